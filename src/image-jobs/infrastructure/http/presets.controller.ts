import { Controller, Delete, Get, HttpCode, Param, Put, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { Caller } from '../../../accounts/domain/caller.ts';
import {
  AccountsOnly,
  CurrentAccount,
  CurrentCaller,
} from '../../../accounts/infrastructure/http/caller.decorators.ts';
import { expectation } from '../../../shared/expectation.ts';
import { fault } from '../../../shared/faults.ts';
import { ApiProblems, BODY_PROBLEMS } from '../../../shared/http/api-problems.ts';
import { PartlyChecked, PartlyCheckedBody } from '../../../shared/http/checked-body.pipe.ts';
import { PresetRepository } from '../../application/ports.ts';
import { DeletePreset, FindPreset, SavePreset } from '../../application/presets.ts';
import { imageJobProblems } from '../../domain/errors.ts';
import { isName, NAME_PATTERN, NAME_WORDS } from '../../domain/output.ts';
import { MOST_PRESETS } from '../../domain/preset.ts';
import { PresetDto, PresetListDto } from './preset.dto.ts';
import { PresetContentDto } from './wanted/wanted.dto.ts';
import { WantedReader } from './wanted/wanted-reader.ts';

const { presetNotFound, tooManyPresets } = imageJobProblems;

const PresetName = () => ApiParam({ name: 'name', schema: { type: 'string', pattern: NAME_PATTERN }, example: 'web' });

/** What an account wants of its pictures again and again. */
@ApiTags('Presets')
@Controller('api/presets')
@AccountsOnly({ scope: 'presets:manage' })
export class PresetsController {
  constructor(
    private readonly wantedReader: WantedReader,
    private readonly savePreset: SavePreset,
    private readonly findPreset: FindPreset,
    private readonly presets: PresetRepository,
    private readonly deletePreset: DeletePreset,
  ) {}

  @Put(':name')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'savePreset',
    summary: 'Keep operations or outputs under a name',
    description: `In place of what the preset said before, if it is there. At most ${MOST_PRESETS} an account. Jobs keep what the preset said when their picture was uploaded.`,
  })
  @PresetName()
  @ApiOkResponse({ type: PresetDto, description: 'The preset has been changed' })
  @ApiCreatedResponse({ type: PresetDto, description: 'The preset is new' })
  @ApiProblems(...BODY_PROBLEMS, tooManyPresets)
  async save(
    @CurrentCaller() caller: Caller,
    @Param('name') name: string,
    @PartlyChecked(PresetContentDto) content: PartlyCheckedBody<PresetContentDto>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PresetDto> {
    const { wanted, faults } = await this.wantedReader.in(content.sound, caller);
    const named = isName(name) ? [] : [fault(['name'], 'invalid_value', expectation(NAME_WORDS, 'name', name))];
    content.whole([...named, ...faults]);
    const { preset, isNew } = await this.savePreset.execute(caller, name, wanted);
    if (isNew) response.status(201);
    return PresetDto.of(preset);
  }

  @Get()
  @ApiOperation({
    operationId: 'listPresets',
    summary: 'Your presets, by name',
    description: 'All of them, each with what it says.',
  })
  @ApiOkResponse({ type: PresetListDto })
  @ApiProblems()
  async list(@CurrentAccount() accountId: string): Promise<PresetListDto> {
    return { results: (await this.presets.listOf(accountId)).map(PresetDto.of) };
  }

  @Get(':name')
  @ApiOperation({ operationId: 'getPreset', summary: 'One preset', description: 'What it says, and since when.' })
  @PresetName()
  @ApiOkResponse({ type: PresetDto })
  @ApiProblems(presetNotFound)
  async show(@CurrentAccount() accountId: string, @Param('name') name: string): Promise<PresetDto> {
    return PresetDto.of(await this.findPreset.execute(accountId, name));
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deletePreset',
    summary: 'Delete a preset',
    description: 'Jobs that were made with it keep what it said.',
  })
  @PresetName()
  @ApiNoContentResponse({ description: 'Deleted' })
  @ApiProblems(presetNotFound)
  async remove(@CurrentAccount() accountId: string, @Param('name') name: string): Promise<void> {
    await this.deletePreset.execute(accountId, name);
  }
}
